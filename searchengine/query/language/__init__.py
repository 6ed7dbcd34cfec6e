"""The query language: what was typed becomes a tree of frozen values, whatever it says.

``parser`` makes the ``tree``, ``input_method`` reads Telex and VNI keystrokes in it, ``filters``
narrow it by what stands beside the text. No index is asked here, and nothing is weighed.
"""
