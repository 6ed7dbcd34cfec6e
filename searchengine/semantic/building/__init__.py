"""Making a directory with a model from the weights that a package brings.

``weights`` reads the file of that package, ``pieces`` chooses the part of its vocabulary that
Vietnamese and English texts use, ``graph`` writes the network as ONNX, ``package`` does all of it.
The only place that needs the packages of the extra ``semantic-model``; searching needs none of it.
"""
