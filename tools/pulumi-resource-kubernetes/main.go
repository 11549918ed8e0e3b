// Command pulumi-resource-kubernetes is the plug-in of the Kubernetes provider, from its Go module.
//
// The provider's own command embeds two generated documents that the module does not carry: its schema,
// which only imports, reads and code generators ask for, and a mapping for converters from Terraform.
// Both are empty here.
package main

import (
	"github.com/pulumi/pulumi-kubernetes/provider/v4/pkg/provider"
	"github.com/pulumi/pulumi-kubernetes/provider/v4/pkg/version"
)

func main() {
	provider.Serve("kubernetes", version.Version, []byte("{}"), []byte("{}"))
}
