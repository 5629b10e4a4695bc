using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using ControlPlane.Api.Hosting;
using ControlPlane.Api.Security;
using Microsoft.Extensions.Options;

namespace ControlPlane.Api.Session;

/// <summary>A session that holds.</summary>
internal sealed record ActiveSession(string Id, string Role, DateTimeOffset ExpiresAt);

/// <summary>Makes and reads session cookies: role, random id, end, and a signature with a key derived from the role's token.
/// Every front end with the same tokens takes them; another token ends them.</summary>
internal sealed class SessionCookie(AccessTokens tokens, ISessionRevocations revocations, IOptions<ApiOptions> options, TimeProvider time)
{
    public const string Name = "cp_session";
    private const string Version = "v1";
    private const int IdBytes = 16;
    internal const int IdLength = 22;
    private const int MaxLength = 256;

    /// <summary>A new session, and the cookie's value. Null when the role has lost its token meanwhile.</summary>
    public (ActiveSession Session, string Value)? Create(string role)
    {
        if (tokens.Current.SessionKeyOf(role) is not { } key) return null;
        var end = time.GetUtcNow().AddSeconds(options.Value.Session.LifetimeSeconds).ToUnixTimeSeconds();
        var id = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(IdBytes));
        var signed = $"{Version}.{role}.{id}.{end.ToString(CultureInfo.InvariantCulture)}";
        return (new ActiveSession(id, role, DateTimeOffset.FromUnixTimeSeconds(end)), $"{signed}.{Sign(key, signed)}");
    }

    /// <summary>The session of a cookie's value; null when it is not ours, has expired, was revoked, or that is unknown.</summary>
    public ValueTask<ActiveSession?> FindAsync(string? value, CancellationToken cancellationToken) => FindAsync(value, strictly: false, cancellationToken);

    /// <param name="strictly">True for what changes something: then only what is certain at this moment counts.</param>
    public async ValueTask<ActiveSession?> FindAsync(string? value, bool strictly, CancellationToken cancellationToken) =>
        Parse(value) is { } session && await revocations.HoldsAsync(session.Id, session.ExpiresAt, strictly, cancellationToken) ? session : null;

    /// <summary>The session by its signature and its end alone, whether it was ended or not.</summary>
    public ActiveSession? Parse(string? value)
    {
        if (value is null || value.Length > MaxLength) return null;
        if (value.Split('.') is not [Version, var role, var id, var end, var signature]) return null;
        if (!Roles.Rising.Contains(role) || tokens.Current.SessionKeyOf(role) is not { } key) return null;
        var expected = Sign(key, value[..value.LastIndexOf('.')]);
        if (!CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(expected), Encoding.UTF8.GetBytes(signature))) return null;
        if (!long.TryParse(end, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)) return null;
        var expiresAt = DateTimeOffset.FromUnixTimeSeconds(seconds);
        return expiresAt > time.GetUtcNow() ? new ActiveSession(id, role, expiresAt) : null;
    }

    private static string Sign(byte[] key, string text) =>
        Base64Url.EncodeToString(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text)));
}
