using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ControlPlane.ProviderSimulator.Keys;
using ControlPlane.ProviderSimulator.Requests;
using Microsoft.AspNetCore.WebUtilities;

namespace ControlPlane.ProviderSimulator.Signatures;

/// <summary>Coinbase Advanced Trade: a bearer JWT, ES256 or EdDSA by the kind of the key, of the key named in <c>kid</c>, issued by
/// <c>cdp</c>, for the method, host and path in <c>uri</c> or <c>uris</c>, good for at most 120 s.</summary>
internal sealed class CoinbaseCheck : ISignatureCheck
{
    private const string Scheme = "Bearer ";
    private static readonly TimeSpan LongestLife = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan Skew = TimeSpan.FromSeconds(5);

    public string Name => "coinbase";
    public IReadOnlySet<string> OwnParts { get; } = Parts.Of("Authorization");
    public AnswerScript? StaleAnswer => null;

    public bool IsPresent(ProviderRequest request) => request.Header("Authorization") is not null;

    public SignatureOutcome Check(ProviderRequest request, KeySet key, DateTimeOffset now)
    {
        if (key["COINBASE_API_SECRET"] is not { } secret
            || request.Header("Authorization") is not { } header
            || !header.StartsWith(Scheme, StringComparison.Ordinal)
            || header[Scheme.Length..].Split('.') is not [var head, var claims, var signature])
            return SignatureOutcome.OtherKey;

        try
        {
            var headers = Decode(head);
            if (Text(headers, "kid") != key["COINBASE_API_KEY"])
                return SignatureOutcome.OtherKey;
            if (Text(headers, "nonce") is not { Length: > 0 }
                || !IsSigned(Text(headers, "alg"), $"{head}.{claims}", WebEncoders.Base64UrlDecode(signature), secret))
                return SignatureOutcome.Wrong;
            return CheckClaims(request, Decode(claims), key, now);
        }
        catch (Exception exception) when (exception is FormatException or JsonException or CryptographicException)
        {
            return SignatureOutcome.Wrong;
        }
    }

    private static SignatureOutcome CheckClaims(ProviderRequest request, JsonElement claims, KeySet key, DateTimeOffset now)
    {
        if (Text(claims, "iss") is not ("cdp" or "coinbase-cloud") || Text(claims, "sub") != key["COINBASE_API_KEY"] || !Uris(claims).Any(uri => IsForUri(request, uri)))
            return SignatureOutcome.Wrong;

        var notBefore = Time(claims, "nbf");
        var expires = Time(claims, "exp");
        return notBefore is { } from && expires is { } to && to - from <= LongestLife && now >= from - Skew && now <= to + Skew
            ? SignatureOutcome.Right
            : SignatureOutcome.Stale;
    }

    /// <summary>One address, or a list of them as the SDK of the platform sends.</summary>
    private static IEnumerable<string?> Uris(JsonElement claims) =>
        claims.TryGetProperty("uris", out var list) && list.ValueKind == JsonValueKind.Array
            ? list.EnumerateArray().Where(static uri => uri.ValueKind == JsonValueKind.String).Select(static uri => uri.GetString())
            : [Text(claims, "uri")];

    /// <summary>The host is the real one, or the one the request was sent to when the client signs its base address.</summary>
    private static bool IsForUri(ProviderRequest request, string? uri) =>
        request.SignedPaths.Any(path => new[] { request.RealHost, request.Header("Host") }
            .Any(host => host is not null && uri == $"{request.Method} {host}{path}"));

    private static bool IsSigned(string? algorithm, string text, byte[] signature, string secret)
    {
        var bytes = Encoding.ASCII.GetBytes(text);
        if (PrivateKeys.Ed25519Seed(secret) is { } seed)
            return algorithm == "EdDSA" && PrivateKeys.IsSigned(seed, bytes, signature);
        using var key = PrivateKeys.EcDsa(secret);
        return algorithm == "ES256" && key?.VerifyData(bytes, signature, HashAlgorithmName.SHA256) == true;
    }

    private static JsonElement Decode(string part)
    {
        using var document = JsonDocument.Parse(WebEncoders.Base64UrlDecode(part));
        return document.RootElement.ValueKind == JsonValueKind.Object ? document.RootElement.Clone() : throw new JsonException();
    }

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static DateTimeOffset? Time(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? UnixTime.Seconds(value.GetRawText()) : null;
}
