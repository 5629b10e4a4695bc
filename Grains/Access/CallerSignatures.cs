using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Secrets.Keys;

namespace ControlPlane.Grains.Access;

/// <summary>Signs and verifies a caller's role as a short-lived capability. It is an HMAC over name, role, trace and expiry. Only nodes of this
/// installation can derive its key. A node signs after it authenticated the caller; a grain verifies before it loosens anything.</summary>
/// <remarks>The expiry is wall-clock time, since it travels between nodes. A clock that is off can refuse an operator; what it grants is bounded
/// by <see cref="Lifetime"/> and by the difference.</remarks>
internal sealed class CallerSignatures(ControlPlaneKeys keys, TimeProvider time)
{
    /// <summary>For how long a signature holds: longer than any call may take, plus what clocks of nodes may differ.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(2);

    public const string OperatorRole = "operator";

    private readonly byte[] _key = keys.Derive(KeyPurposes.Caller);

    public Caller Sign(Caller caller) => Sign(caller, time.GetUtcNow() + Lifetime);

    internal Caller Sign(Caller caller, DateTimeOffset expiresAt)
    {
        var unsigned = caller with { ExpiresAt = expiresAt, Signature = null };
        return unsigned with { Signature = Base64Url.EncodeToString(Mac(unsigned)) };
    }

    /// <summary>True when a node of this installation vouches for everything that this caller says of itself, and did so lately.</summary>
    public bool Holds(Caller caller)
    {
        if (caller.Signature is not { } signature || caller.ExpiresAt is not { } expiresAt || expiresAt <= time.GetUtcNow()) return false;
        var expected = Base64Url.EncodeToString(Mac(caller));
        return CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(expected), Encoding.UTF8.GetBytes(signature));
    }

    public bool IsOperator(Caller caller) => caller.Role == OperatorRole && Holds(caller);

    /// <summary>Each field with its length in front: no two callers give the same text.</summary>
    private byte[] Mac(Caller caller)
    {
        var text = new StringBuilder("v1");
        foreach (var field in new[] { caller.Name, caller.Role, caller.TraceId, caller.ExpiresAt!.Value.UtcTicks.ToString(CultureInfo.InvariantCulture) })
            text.Append('\n').Append(field.Length.ToString(CultureInfo.InvariantCulture)).Append(':').Append(field);
        return HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes(text.ToString()));
    }
}
