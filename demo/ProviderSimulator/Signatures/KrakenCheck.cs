using System.Globalization;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using ControlPlane.ProviderSimulator.Answers;
using ControlPlane.ProviderSimulator.Keys;
using ControlPlane.ProviderSimulator.Requests;

namespace ControlPlane.ProviderSimulator.Signatures;

/// <summary>Kraken spot: path and SHA-256 of nonce and body under HMAC-SHA512 of the decoded secret, in base64. A nonce must be larger than
/// the one before of the same key: that, and no clock, is what makes a request stale.</summary>
internal sealed class KrakenCheck : ISignatureCheck
{
    private const string KeyHeader = "API-Key";
    private const string SignHeader = "API-Sign";
    private readonly ConditionalWeakTable<KeySet, StrongBox<ulong>> _last = [];

    public string Name => "kraken";
    public IReadOnlySet<string> OwnParts { get; } = Parts.Of(KeyHeader, SignHeader, "nonce");
    public AnswerScript StaleAnswer { get; } = CodedAnswer.Json(200, new { error = new[] { "EAPI:Invalid nonce" } });

    public bool IsPresent(ProviderRequest request) => request.Header(KeyHeader) is not null && request.Header(SignHeader) is not null;

    public SignatureOutcome Check(ProviderRequest request, KeySet key, DateTimeOffset now)
    {
        if (key.SecretOf(request.Header(KeyHeader)) is not { } secret)
            return SignatureOutcome.OtherKey;

        var nonce = request.FormValue("nonce") ?? request.JsonValue("nonce") ?? "";
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(nonce + request.Text));
        var right = request.SignedPaths.Any(path => Hmac.Same(request.Header(SignHeader), Sign(secret, [.. Encoding.UTF8.GetBytes(path), .. hash])));
        if (!right || !ulong.TryParse(nonce, CultureInfo.InvariantCulture, out var number))
            return SignatureOutcome.Wrong;

        var last = _last.GetOrCreateValue(key);
        lock (last)
        {
            if (number <= last.Value)
                return SignatureOutcome.Stale;
            last.Value = number;
            return SignatureOutcome.Right;
        }
    }

    private static string Sign(string secret, byte[] text) => Convert.ToBase64String(HMACSHA512.HashData(Hmac.Decoded(secret), text));
}
