using System.Security.Cryptography;
using System.Text;
using ControlPlane.ProviderSimulator.Answers;
using ControlPlane.ProviderSimulator.Keys;
using ControlPlane.ProviderSimulator.Requests;

namespace ControlPlane.ProviderSimulator.Signatures;

/// <summary>Kraken futures: SHA-256 of query or body, nonce and path (without <c>/derivatives</c>) under HMAC-SHA512 of the decoded secret,
/// in base64. The nonce may be left out.</summary>
internal sealed class KrakenFuturesCheck : ISignatureCheck
{
    private const string KeyHeader = "APIKey";
    private const string SignHeader = "Authent";

    public string Name => "kraken_futures";
    public IReadOnlySet<string> OwnParts { get; } = Parts.Of(KeyHeader, SignHeader, "Nonce");
    public AnswerScript? StaleAnswer => null;

    public bool IsPresent(ProviderRequest request) => request.Header(KeyHeader) is not null && request.Header(SignHeader) is not null;

    public SignatureOutcome Check(ProviderRequest request, KeySet key, DateTimeOffset now)
    {
        if (key.SecretOf(request.Header(KeyHeader)) is not { } secret)
            return SignatureOutcome.OtherKey;
        var data = request.RawQuery + request.Text + request.Header("Nonce");
        return request.SignedPaths.Any(path => Hmac.Same(request.Header(SignHeader), Sign(secret, data + path.Replace("/derivatives", "", StringComparison.Ordinal))))
            ? SignatureOutcome.Right
            : SignatureOutcome.Wrong;
    }

    private static string Sign(string secret, string text) =>
        Convert.ToBase64String(HMACSHA512.HashData(Hmac.Decoded(secret), SHA256.HashData(Encoding.UTF8.GetBytes(text))));
}
