package spec

// WebUI is a way to the web interface of a Flink cluster for people.
type WebUI struct {
	Class                string            `json:"class" default:"operator"`
	Host                 string            `json:"host"`
	ClassName            string            `json:"className"`
	Annotations          map[string]string `json:"annotations"`
	Labels               map[string]string `json:"labels"`
	TLSSecret            string            `json:"tlsSecret"`
	CertificateARN       string            `json:"certificateArn"`
	Scheme               string            `json:"scheme" default:"internal"`
	Group                string            `json:"group"`
	Auth                 WebAuth           `json:"auth"`
	ParentRefs           []map[string]any  `json:"parentRefs"`
	From                 WebSources        `json:"from"`
	Submit               *bool             `json:"submit"`
	Cancel               bool              `json:"cancel"`
	AllowUnauthenticated bool              `json:"allowUnauthenticated"`
}

// WebAuth says who asks people to log in: one of the three.
type WebAuth struct {
	OIDC        *OIDC        `json:"oidc"`
	Cognito     *Cognito     `json:"cognito"`
	OAuth2Proxy *OAuth2Proxy `json:"oauth2Proxy"`
}

// OIDC is an OpenID Connect provider that a load balancer asks. The keys are
// those of the annotation that it becomes.
type OIDC struct {
	Issuer                string `json:"issuer"`
	AuthorizationEndpoint string `json:"authorizationEndpoint"`
	TokenEndpoint         string `json:"tokenEndpoint"`
	UserInfoEndpoint      string `json:"userInfoEndpoint"`
	SecretName            string `json:"secretName"`
}

// Cognito is a user pool that a load balancer asks.
type Cognito struct {
	UserPoolARN string `json:"userPoolArn"`
	ClientID    string `json:"clientId"`
	Domain      string `json:"domain"`
}

// OAuth2Proxy is asked by nginx before each request.
type OAuth2Proxy struct {
	URL    string `json:"url"`
	SignIn string `json:"signIn"`
}

// WebSources are let in to the JobManager by the network policy.
type WebSources struct {
	Namespaces []string `json:"namespaces"`
	CIDRs      []string `json:"cidrs"`
}
