package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"
)

// prepare writes what is absent: the server's certificate, the key of service accounts, the
// audit policy. The admin's and the controllers' kubeconfigs are written at every start,
// because they name the port.
func (d directory) prepare(port int) error {
	ca, err := d.authority()
	if err != nil {
		return err
	}
	forever := time.Now().Add(tenYears)
	server := subject{
		name: "kube-apiserver", notBefore: begin(forever), notAfter: forever,
		hosts: []string{"127.0.0.1", "::1", "localhost", "kubernetes.default.svc"},
	}
	if err := d.absent("server.crt", func() error { return writeCertificate(ca, string(d), "server", server) }); err != nil {
		return err
	}
	if err := d.absent("service-account.key", d.writeServiceAccountKey); err != nil {
		return err
	}
	if err := d.absent("audit-policy.yaml", func() error { return writeFile(d.path("audit-policy.yaml"), []byte(auditPolicy)) }); err != nil {
		return err
	}
	url := fmt.Sprintf("https://127.0.0.1:%d", port)
	for _, user := range []struct {
		file string
		who  subject
	}{
		{d.adminKubeconfig(), subject{"admin", []string{"system:masters"}, nil, begin(forever), forever}},
		{d.path("controller-manager.kubeconfig"), subject{"system:kube-controller-manager", nil, nil, begin(forever), forever}},
		{d.path("scheduler.kubeconfig"), subject{"system:kube-scheduler", nil, nil, begin(forever), forever}},
	} {
		if err := writeKubeconfig(ca, user.file, url, user.who); err != nil {
			return err
		}
	}
	return d.absent("admin.crt", func() error {
		return writeCertificate(ca, string(d), "admin", subject{"admin", []string{"system:masters"}, nil, begin(forever), forever})
	})
}

func (d directory) absent(name string, write func() error) error {
	_, err := os.Stat(d.path(name))
	if errors.Is(err, fs.ErrNotExist) {
		return write()
	}
	return err
}

func (d directory) writeServiceAccountKey() error {
	_, keyPEM, err := newKey()
	if err != nil {
		return err
	}
	return writeFile(d.path("service-account.key"), keyPEM)
}

func writeKubeconfig(ca *authority, file, url string, who subject) error {
	certificatePEM, keyPEM, err := ca.issue(who)
	if err != nil {
		return err
	}
	config := clientcmdapi.NewConfig()
	config.Clusters["test"] = &clientcmdapi.Cluster{Server: url, CertificateAuthorityData: ca.pem}
	config.AuthInfos[who.name] = &clientcmdapi.AuthInfo{ClientCertificateData: certificatePEM, ClientKeyData: keyPEM}
	config.Contexts["test"] = &clientcmdapi.Context{Cluster: "test", AuthInfo: who.name}
	config.CurrentContext = "test"
	return clientcmd.WriteToFile(*config, file)
}
