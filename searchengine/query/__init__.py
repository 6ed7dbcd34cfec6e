"""What is asked and what is shown, without any index: from typed text to a plan, and back.

``language`` reads the text, ``dates`` the dates in it, ``plan`` makes of it what an engine is
asked, ``display`` marks and cuts the documents found, ``suggest`` says what may have been meant.
Matching and scoring are the engines', in ``backends``.
"""
