package fetch

import (
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path"
	"strings"

	"helm.sh/helm/v3/pkg/getter"
	"helm.sh/helm/v3/pkg/registry"
	"helm.sh/helm/v3/pkg/repo"
	"oras.land/oras-go/v2/registry/remote/retry"
)

// pull gets a chart, and its provenance file where there is one, from a registry.
// The client is ORAS' own, which retries what may be retried: Helm's default one
// falls back to plain HTTP without being told to.
func pull(ref Reference, o Options) (Chart, error) {
	options := []registry.ClientOption{
		registry.ClientOptCredentialsFile(o.RegistryConfig), registry.ClientOptHTTPClient(retry.DefaultClient),
		registry.ClientOptEnableCache(true),
	}
	if o.PlainHTTP {
		options = append(options, registry.ClientOptPlainHTTP())
	}
	client, err := registry.NewClient(options...)
	if err != nil {
		return Chart{}, err
	}
	at := strings.TrimPrefix(ref.Source, "oci://")
	if ref.Version != "" {
		at += ":" + ref.Version
	} else {
		at += "@" + ref.Digest
	}
	got, err := client.Pull(at, registry.PullOptWithProv(true), registry.PullOptIgnoreMissingProv(true))
	if err != nil {
		return Chart{}, err
	}
	return Chart{
		Archive: got.Chart.Data, Provenance: got.Prov.Data, Manifest: got.Manifest.Digest,
		File: got.Chart.Meta.Name + "-" + got.Chart.Meta.Version + ".tgz",
	}, nil
}

// download gets a chart from a repository, or an archive by its address.
func download(ref Reference, o Options) (Chart, error) {
	entry, err := repository(ref.Source, o.RepositoryConfig)
	if err != nil {
		return Chart{}, err
	}
	at, indexed := ref.Source, ""
	if isRepository(ref.Source) {
		if at, indexed, err = find(ref, entry); err != nil {
			return Chart{}, err
		}
	}
	if strings.HasPrefix(at, "http://") && !o.PlainHTTP {
		return Chart{}, fmt.Errorf("the repository names %s: %s", at, plain)
	}
	archive, err := fetchURL(at, entry)
	if err != nil {
		return Chart{}, err
	}
	if got := digest(archive); indexed != "" && got != indexed {
		return Chart{}, fmt.Errorf("the repository's index says %s, but the digest of the archive is %s", indexed, got)
	}
	out := Chart{Archive: archive, File: path.Base(pathOf(at))}
	if o.Verify {
		if out.Provenance, err = fetchURL(at+".prov", entry); err != nil {
			return Chart{}, fmt.Errorf("its provenance file: %w", err)
		}
	}
	return out, nil
}

func pathOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	return u.Path
}

// find reads a repository's index, and gives a chart's address and digest.
func find(ref Reference, entry *repo.Entry) (address, digest string, err error) {
	dir, err := os.MkdirTemp("", "helm-flink-index-")
	if err != nil {
		return "", "", err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	repository, err := repo.NewChartRepository(entry, getter.Getters())
	if err != nil {
		return "", "", err
	}
	repository.CachePath = dir
	file, err := repository.DownloadIndexFile()
	if err != nil {
		return "", "", err
	}
	index, err := repo.LoadIndexFile(file)
	if err != nil {
		return "", "", fmt.Errorf("index.yaml: %w", err)
	}
	version, err := index.Get(ref.Name, ref.Version)
	if err != nil {
		return "", "", fmt.Errorf("index.yaml: %w", err)
	}
	if len(version.URLs) == 0 {
		return "", "", errors.New("index.yaml gives no address for it")
	}
	address, err = repo.ResolveReferenceURL(entry.URL, version.URLs[0])
	digest = version.Digest
	if digest != "" && !strings.Contains(digest, ":") { // helm repo index writes it bare
		digest = "sha256:" + digest
	}
	return address, digest, err
}

// fetchURL gets a file; credentials go to the repository's own host alone, unless
// the repository says otherwise.
func fetchURL(address string, entry *repo.Entry) ([]byte, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, err
	}
	client, err := getter.Getters().ByScheme(u.Scheme)
	if err != nil {
		return nil, err
	}
	got, err := client.Get(address,
		getter.WithURL(entry.URL), getter.WithBasicAuth(entry.Username, entry.Password),
		getter.WithPassCredentialsAll(entry.PassCredentialsAll), getter.WithInsecureSkipVerifyTLS(entry.InsecureSkipTLSverify),
		getter.WithTLSClientConfig(entry.CertFile, entry.KeyFile, entry.CAFile),
		getter.WithAcceptHeader("application/gzip,application/octet-stream"))
	if err != nil {
		return nil, err
	}
	return got.Bytes(), nil
}

// repository is the entry of `helm repo add` for an address, with its credentials,
// or one without any.
func repository(address, config string) (*repo.Entry, error) {
	none := &repo.Entry{Name: "helm-flink", URL: address}
	file, err := repo.LoadFile(config)
	if errors.Is(err, fs.ErrNotExist) {
		return none, nil
	}
	if err != nil {
		return nil, err
	}
	for _, e := range file.Repositories {
		at := strings.TrimSuffix(e.URL, "/")
		if at == strings.TrimSuffix(address, "/") || !isRepository(address) && strings.HasPrefix(address, at+"/") {
			known := *e
			known.Name = none.Name
			return &known, nil
		}
	}
	return none, nil
}
