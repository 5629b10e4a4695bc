using System.Security.Cryptography;
using System.Text;

namespace ControlPlane.Grains.Secrets.Keys;

/// <summary>Keys of this installation, each derived from one root secret for one purpose. The root is fixed when the process starts: what was
/// signed under it stays valid for as long as the process runs. It has no property, no serializer and no text form.</summary>
internal sealed class ControlPlaneKeys
{
    /// <summary>Name of the secret that the nodes of a cluster share.</summary>
    public const string ClusterKeyName = "CONTROLPLANE_CLUSTER_KEY";

    /// <summary>Least number of characters of a root secret.</summary>
    public const int MinLength = 24;

    /// <summary>Number of bytes of a derived key.</summary>
    public const int KeyBytes = 32;

    private readonly byte[] _root;

    /// <exception cref="ArgumentException">The root has fewer than <see cref="MinLength"/> characters.</exception>
    public ControlPlaneKeys(Secret root)
    {
        if (root.Length < MinLength) throw new ArgumentException($"A root secret has {MinLength} or more characters.", nameof(root));
        _root = Encoding.UTF8.GetBytes(root.Reveal());
    }

    /// <summary>The key of a purpose (HKDF, RFC 5869, with SHA-256). It is the same on every node with the same root, and of no use for another
    /// purpose.</summary>
    /// <param name="purpose">One of <see cref="KeyPurposes"/>.</param>
    public byte[] Derive(string purpose) =>
        HKDF.DeriveKey(HashAlgorithmName.SHA256, _root, KeyBytes, salt: "control-plane/keys"u8.ToArray(), info: Encoding.UTF8.GetBytes($"v1/{purpose}"));
}
