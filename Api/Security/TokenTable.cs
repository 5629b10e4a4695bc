using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;

namespace ControlPlane.Api.Security;

/// <summary>The access tokens at one moment, as keyed hashes and session keys; the tokens themselves are not kept.</summary>
internal sealed class TokenTable
{
    private static readonly byte[] s_hashKey = RandomNumberGenerator.GetBytes(32);
    private readonly ImmutableArray<Entry> _rising;
    private readonly byte[]? _botKey;
    private readonly byte[]? _leaseKey;

    /// <param name="tokens">Token by role; a role without a valid token has no callers.</param>
    public TokenTable(IReadOnlyDictionary<string, string> tokens)
    {
        _rising =
        [
            .. Roles.Rising
                .Where(tokens.ContainsKey)
                .Select(role => new Entry(role, Hash(tokens[role]), SessionKey(role, tokens[role]))),
        ];
        if (!tokens.TryGetValue(Roles.Operator, out var token)) return;
        (_botKey, _leaseKey) = (BotToken.KeyFrom(token), LeaseToken.KeyFrom(token));
    }

    /// <summary>The bot whose own token this is under the operator's token, or null. Whether its generation counts is the bot's to say.</summary>
    public BotToken? BotOf(string presented) => _botKey is { } key ? BotToken.Read(presented, key) : null;

    /// <summary>The lease whose token this is under the operator's token, or null. Whether the lease lives is the gate's to say.</summary>
    public LeaseToken? LeaseOf(string presented) => _leaseKey is { } key ? LeaseToken.Read(presented, key) : null;

    /// <summary>The token of a lease; null without an operator's token.</summary>
    public string? TokenOf(string botId, long epoch) => _leaseKey is { } key ? new LeaseToken(botId, epoch).Write(key) : null;

    public static TokenTable Empty { get; } = new(ImmutableDictionary<string, string>.Empty);

    /// <summary>Role of a presented token, or null. Every hash is compared, so that time tells nothing;
    /// of two roles with the same token the lower one counts.</summary>
    public string? RoleOf(string presented)
    {
        if (presented.Length is 0 or > TokenRule.MaxLength) return null;
        var hash = Hash(presented);
        string? role = null;
        foreach (var entry in _rising)
        {
            if (CryptographicOperations.FixedTimeEquals(entry.Hash, hash)) role ??= entry.Role;
        }

        return role;
    }

    /// <summary>Key that signs the sessions of a role: it dies with the token. Null when the role has none.</summary>
    public byte[]? SessionKeyOf(string role) => _rising.FirstOrDefault(entry => entry.Role == role)?.SessionKey;

    private static byte[] Hash(string token) => HMACSHA256.HashData(s_hashKey, Encoding.UTF8.GetBytes(token));

    // The same on every front end with the same token.
    private static byte[] SessionKey(string role, string token) => HKDF.DeriveKey(
        HashAlgorithmName.SHA256,
        Encoding.UTF8.GetBytes(token),
        outputLength: 32,
        salt: "control-plane/session"u8.ToArray(),
        info: Encoding.UTF8.GetBytes($"v1/{role}"));

    private sealed record Entry(string Role, byte[] Hash, byte[] SessionKey);
}
