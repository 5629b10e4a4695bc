using System.Security.Cryptography;
using System.Text;
using ControlPlane.Grains.Integrations.Verification.Requests;

namespace ControlPlane.Grains.Integrations.Verification.Signing;

/// <summary>Kraken spot: a form with a nonce; path and SHA-256 of nonce and form under HMAC-SHA512 of the decoded secret, in base64.</summary>
internal sealed class KrakenSigner(TimeProvider time) : IRequestSigner
{
    private const string DefaultUnit = "us";
    private const long NanosecondsPerTick = 100;

    public string Kind => "kraken";

    public void Sign(OutgoingRequest request, SigningCredentials credentials)
    {
        var nonce = Nonce(credentials.NonceUnit ?? DefaultUnit);
        var form = Form(nonce, request.Body);
        request.Body = Encoding.UTF8.GetBytes(form);
        request.Headers["Content-Type"] = "application/x-www-form-urlencoded";
        request.Headers["API-Key"] = credentials.Key;

        byte[] text = [.. Encoding.ASCII.GetBytes(request.Canonical.AbsolutePath), .. SHA256.HashData(Encoding.UTF8.GetBytes(nonce + form))];
        request.Headers["API-Sign"] = Convert.ToBase64String(HMACSHA512.HashData(Signatures.Decoded(credentials), text));
    }

    // The form of a call that goes through the gateway, with another nonce than the bot's own.
    private static string Form(string nonce, byte[]? body) => string.Join('&', (body is null ? "" : Encoding.UTF8.GetString(body))
        .Split('&', StringSplitOptions.RemoveEmptyEntries)
        .Where(static field => !field.StartsWith("nonce=", StringComparison.Ordinal))
        .Prepend($"nonce={nonce}"));

    // A nonce must be larger than the one before, so it is counted in the unit that the other users of the key count in.
    private string Nonce(string unit)
    {
        var ticks = (time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks;
        return unit.Trim().ToLowerInvariant() switch
        {
            "ms" => $"{ticks / TimeSpan.TicksPerMillisecond}",
            "us" => $"{ticks / TimeSpan.TicksPerMicrosecond}",
            "ns" => $"{ticks * NanosecondsPerTick}",
            _ => throw VerifyFaultException.Malformed("KRAKEN_NONCE_UNIT"),
        };
    }
}
