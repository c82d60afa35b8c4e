// WritController
