package main

import (
	"context"
	"fmt"
	"net/url"

	"go.etcd.io/etcd/server/v3/embed"
)

// etcd is a running single-member etcd.
type etcd struct {
	endpoint string       // http://127.0.0.1:port
	failed   <-chan error // an error when it stops serving
}

// startEtcd starts one member with its data in dir, on free loopback ports, without any flush to disk.
func startEtcd(ctx context.Context, dir string) (*etcd, error) {
	free := []url.URL{{Scheme: "http", Host: "127.0.0.1:0"}}
	config := embed.NewConfig()
	config.Dir = dir
	config.LogLevel = "error"
	config.UnsafeNoFsync = true
	config.ListenClientUrls, config.AdvertiseClientUrls = free, free
	config.ListenPeerUrls, config.AdvertisePeerUrls = free, free
	config.InitialCluster = config.InitialClusterFromName(config.Name)
	member, err := embed.StartEtcd(config)
	if err != nil {
		return nil, err
	}
	select {
	case <-member.Server.ReadyNotify():
	case err := <-member.Err():
		return nil, err
	case <-ctx.Done():
		return nil, fmt.Errorf("wait until ready: %w", context.Cause(ctx))
	}
	return &etcd{endpoint: "http://" + member.Clients[0].Addr().String(), failed: member.Err()}, nil
}
