using System.Security.Cryptography;
using System.Text;
using ControlPlane.ProviderSimulator.Keys;
using ControlPlane.ProviderSimulator.Requests;

namespace ControlPlane.ProviderSimulator.Signatures;

/// <summary>QuantConnect: Basic with the user id and, as password, SHA-256 in hex of <c>token:seconds</c>; the seconds stand in
/// <c>Timestamp</c>. The age the service allows is not documented; two hours are assumed.</summary>
internal sealed class QuantConnectCheck : ISignatureCheck
{
    private const string TimeHeader = "Timestamp";
    private static readonly TimeSpan Window = TimeSpan.FromHours(2);

    public string Name => "quantconnect";
    public IReadOnlySet<string> OwnParts { get; } = Parts.Of(TimeHeader);
    public AnswerScript? StaleAnswer => null;

    public bool IsPresent(ProviderRequest request) => request.Basic() is not null && request.Header(TimeHeader) is not null;

    public SignatureOutcome Check(ProviderRequest request, KeySet key, DateTimeOffset now)
    {
        if (request.Basic()!.Split(':', 2) is not [var user, var hash]
            || user != key["QUANTCONNECT_USER_ID"]
            || key["QUANTCONNECT_API_TOKEN"] is not { } token)
            return SignatureOutcome.OtherKey;

        var time = request.Header(TimeHeader)!;
        var expected = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{token}:{time}")));
        if (!Hmac.Same(hash.ToLowerInvariant(), expected))
            return SignatureOutcome.Wrong;
        return UnixTime.IsWithin(UnixTime.Seconds(time), now, Window) ? SignatureOutcome.Right : SignatureOutcome.Stale;
    }
}
