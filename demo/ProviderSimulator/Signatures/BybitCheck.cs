using System.Security.Cryptography;
using System.Text;
using ControlPlane.ProviderSimulator.Answers;
using ControlPlane.ProviderSimulator.Keys;
using ControlPlane.ProviderSimulator.Requests;

namespace ControlPlane.ProviderSimulator.Signatures;

/// <summary>Bybit v5: time, key, receive window and then the query (GET) or the body, under HMAC-SHA256 in hex, or RSA-SHA256 in base64
/// when the secret is a PEM. The window is 5 s unless the request says otherwise.</summary>
internal sealed class BybitCheck : ISignatureCheck
{
    private const string KeyHeader = "X-BAPI-API-KEY";
    private const string SignHeader = "X-BAPI-SIGN";
    private const string TimeHeader = "X-BAPI-TIMESTAMP";
    private const string WindowHeader = "X-BAPI-RECV-WINDOW";

    public string Name => "bybit";
    public IReadOnlySet<string> OwnParts { get; } = Parts.Of(SignHeader, TimeHeader, WindowHeader, "X-BAPI-SIGN-TYPE");

    public AnswerScript StaleAnswer { get; } =
        CodedAnswer.Json(200, new { retCode = 10002, retMsg = "invalid request, please check your server timestamp or recv_window param" });

    public bool IsPresent(ProviderRequest request) =>
        request.Header(KeyHeader) is not null && request.Header(SignHeader) is not null && request.Header(TimeHeader) is not null;

    public SignatureOutcome Check(ProviderRequest request, KeySet key, DateTimeOffset now)
    {
        if (request.Header(KeyHeader) is not { } id || id != key["BYBIT_API_KEY"] || key["BYBIT_API_SECRET"] is not { } secret)
            return SignatureOutcome.OtherKey;

        var time = request.Header(TimeHeader)!;
        var window = request.Header(WindowHeader) ?? "";
        var payload = time + id + window + (request.Method == "GET" ? request.RawQuery : request.Text);
        if (!IsSigned(payload, request.Header(SignHeader)!, secret))
            return SignatureOutcome.Wrong;

        var allowed = TimeSpan.FromMilliseconds(int.TryParse(window, out var milliseconds) ? milliseconds : 5000);
        return UnixTime.IsReceived(UnixTime.Milliseconds(time), now, allowed) ? SignatureOutcome.Right : SignatureOutcome.Stale;
    }

    private static bool IsSigned(string payload, string signature, string secret)
    {
        if (!PrivateKeys.IsPem(secret))
            return Hmac.Same(signature.ToLowerInvariant(), Hmac.Hex(secret, payload));

        var signed = new byte[signature.Length];
        if (!Convert.TryFromBase64String(signature, signed, out var length))
            return false;
        using var rsa = PrivateKeys.Rsa(secret);
        return rsa?.VerifyData(Encoding.UTF8.GetBytes(payload), signed.AsSpan(0, length), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1) == true;
    }
}
