using System.Security.Cryptography;
using System.Text;
using ControlPlane.ProviderSimulator.Answers;
using ControlPlane.ProviderSimulator.Keys;
using ControlPlane.ProviderSimulator.Requests;

namespace ControlPlane.ProviderSimulator.Signatures;

/// <summary>Binance: the query and the body, joined without a separator and without <c>signature</c>, under HMAC-SHA256 in hex, or under
/// the Ed25519 or RSA key of a PEM in base64. <c>recvWindow</c> is 5 s unless given, 60 s at most.</summary>
/// <remarks>MEXC and BingX took over the scheme, with a header of their own name.</remarks>
internal sealed class BinanceCheck(string name, string keyHeader) : ISignatureCheck
{
    private const string Signature = "signature";

    public string Name => name;
    public IReadOnlySet<string> OwnParts { get; } = Parts.Of(keyHeader, Signature, "timestamp", "recvWindow");

    public AnswerScript StaleAnswer { get; } =
        CodedAnswer.Json(400, new { code = -1021, msg = "Timestamp for this request is outside of the recvWindow." });

    public bool IsPresent(ProviderRequest request) =>
        request.Header(keyHeader) is not null && Value(request, Signature) is not null && Value(request, "timestamp") is not null;

    public SignatureOutcome Check(ProviderRequest request, KeySet key, DateTimeOffset now)
    {
        if (key.SecretOf(request.Header(keyHeader)) is not { } secret)
            return SignatureOutcome.OtherKey;
        if (!IsSigned(Unsigned(request.RawQuery) + Unsigned(request.Text), Value(request, Signature)!, secret))
            return SignatureOutcome.Wrong;

        var window = Value(request, "recvWindow") is { } text && int.TryParse(text, out var milliseconds)
            ? TimeSpan.FromMilliseconds(Math.Clamp(milliseconds, 0, 60_000))
            : TimeSpan.FromSeconds(5);
        return UnixTime.IsReceived(UnixTime.Milliseconds(Value(request, "timestamp")), now, window)
            ? SignatureOutcome.Right
            : SignatureOutcome.Stale;
    }

    private static bool IsSigned(string payload, string signature, string secret)
    {
        if (!PrivateKeys.IsPem(secret))
            return Hmac.Same(signature.ToLowerInvariant(), Hmac.Hex(secret, payload));

        var bytes = Encoding.UTF8.GetBytes(payload);
        var signed = new byte[signature.Length];
        if (!Convert.TryFromBase64String(signature, signed, out var length))
            return false;
        Array.Resize(ref signed, length);
        if (PrivateKeys.Ed25519Seed(secret) is { } seed)
            return PrivateKeys.IsSigned(seed, bytes, signed);
        using var rsa = PrivateKeys.Rsa(secret);
        return rsa?.VerifyData(bytes, signed, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1) == true;
    }

    private static string? Value(ProviderRequest request, string name) => request.QueryValue(name) ?? request.FormValue(name);

    private static string Unsigned(string parameters) =>
        string.Join('&', parameters.Split('&').Where(static pair => !pair.StartsWith(Signature + "=", StringComparison.Ordinal)));
}
