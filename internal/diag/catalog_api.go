package diag

// Codes of what the API server would say.
const (
	// CodeAPIUnknown: a field that the kind does not have.
	CodeAPIUnknown Code = "FLK100"
	// CodeAPIType: a value of the wrong type.
	CodeAPIType Code = "FLK101"
	// CodeAPIMissing: a field that must be there.
	CodeAPIMissing Code = "FLK102"
	// CodeAPIEnum: a value that is none of those allowed.
	CodeAPIEnum Code = "FLK103"
	// CodeAPIValue: a value that is out of range, malformed, or at odds with another one.
	CodeAPIValue Code = "FLK104"
	// CodeAPIDuplicate: an entry of a list that may be there only once.
	CodeAPIDuplicate Code = "FLK105"
	// CodeAPIRule: a rule of a CustomResourceDefinition is broken.
	CodeAPIRule Code = "FLK106"
	// CodeAPIName: a name, namespace, label or annotation that Kubernetes does not take.
	CodeAPIName Code = "FLK107"
	// CodeAPIVersion: an API version that is not served.
	CodeAPIVersion Code = "FLK110"
	// CodeAPIRemoved: an API version that Kubernetes has taken away.
	CodeAPIRemoved Code = "FLK111"
	// CodeAPINoSchema: a kind of which there is no schema.
	CodeAPINoSchema Code = "FLK112"
	// CodeAPIScope: a namespace on an object that is in none.
	CodeAPIScope Code = "FLK113"
	// CodeAPICRD: a CustomResourceDefinition that the API server would refuse.
	CodeAPICRD Code = "FLK114"
	// CodeAPIKarpenter: what Karpenter's controller refuses beyond its schema.
	CodeAPIKarpenter Code = "FLK120"
)
