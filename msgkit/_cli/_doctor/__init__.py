"""What ``msgkit doctor`` looks at: settings and keys here, and what the platform makes of them."""
