using System.Security.Cryptography;
using System.Text;
using ControlPlane.Grains.Secrets;
using ControlPlane.Grains.Secrets.Keys;

namespace ControlPlane.Grains.Gates.Agreement;

/// <summary>A keyed hash of this node's access tokens. It does not reveal the tokens.</summary>
internal sealed class AgreedTokens(ISecretSource secrets, ControlPlaneKeys keys, IOperatorTokenFile? file)
{
    private const string OperatorToken = "CONTROLPLANE_OPERATOR_TOKEN";
    private static readonly string[] s_names = [OperatorToken, "CONTROLPLANE_RUNNER_TOKEN", "CONTROLPLANE_VIEWER_TOKEN", "CONTROLPLANE_COMPONENT_TOKEN"];
    private readonly byte[] _key = keys.Derive(KeyPurposes.Agreement);
    private volatile Hashed? _current;

    /// <summary>Lower-case hex. Follows tokens that change while the process runs.</summary>
    public string Hash()
    {
        var version = secrets.Version;
        if (_current is { } known && known.Version == version) return known.Hash;
        var text = new StringBuilder("v1");
        foreach (var name in s_names)
        {
            var token = secrets.Find(name)?.Reveal() ?? (name == OperatorToken ? file?.Token : null);
            text.Append('\n').Append(name).Append('=').Append(token is null ? "none" : $"{token.Length}:{token}");
        }

        var hash = Convert.ToHexStringLower(HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes(text.ToString())))[..32];
        _current = new(version, hash);
        return hash;
    }

    private sealed record Hashed(long Version, string Hash);
}
