using ControlPlane.ProviderSimulator.Keys;
using ControlPlane.ProviderSimulator.Requests;

namespace ControlPlane.ProviderSimulator.Signatures;

/// <summary>Deribit: <c>public/auth</c> with client credentials, or with a signature over time, nonce and data; or the
/// <c>deri-hmac-sha256</c> header over time, nonce, method, path with query, and body, each ended by a line feed. HMAC-SHA256 in hex,
/// good for 60 s.</summary>
internal sealed class DeribitCheck : ISignatureCheck
{
    private const string Scheme = "deri-hmac-sha256";
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(60);

    public string Name => "deribit";

    public IReadOnlySet<string> OwnParts { get; } =
        Parts.Of("Authorization", "params.client_secret", "params.signature", "params.timestamp", "params.nonce", "params.data", "client_secret");

    public AnswerScript? StaleAnswer => null;

    public bool IsPresent(ProviderRequest request) =>
        IsHeader(request) || (Parameter(request, "client_id") is not null
            && (Parameter(request, "client_secret") ?? Parameter(request, "signature")) is not null);

    public SignatureOutcome Check(ProviderRequest request, KeySet key, DateTimeOffset now)
    {
        if (key["DERIBIT_API_SECRET"] is not { } secret)
            return SignatureOutcome.OtherKey;
        if (IsHeader(request))
            return CheckHeader(request, key, secret, now);
        if (Parameter(request, "client_id") != key["DERIBIT_API_KEY"])
            return SignatureOutcome.OtherKey;

        return Parameter(request, "grant_type") switch
        {
            "client_credentials" => Parameter(request, "client_secret") == secret ? SignatureOutcome.Right : SignatureOutcome.Wrong,
            "client_signature" => CheckTimed(
                Parameter(request, "timestamp"),
                Parameter(request, "signature"),
                $"{Parameter(request, "timestamp")}\n{Parameter(request, "nonce")}\n{Parameter(request, "data")}",
                secret,
                now),
            _ => SignatureOutcome.Wrong,
        };
    }

    private static SignatureOutcome CheckHeader(ProviderRequest request, KeySet key, string secret, DateTimeOffset now)
    {
        var fields = request.Header("Authorization")![Scheme.Length..]
            .Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(static field => field.Split('=', 2))
            .Where(static pair => pair.Length == 2)
            .GroupBy(static pair => pair[0])
            .ToDictionary(static group => group.Key, static group => group.First()[1]);
        if (fields.GetValueOrDefault("id") != key["DERIBIT_API_KEY"])
            return SignatureOutcome.OtherKey;

        var time = fields.GetValueOrDefault("ts");
        var query = request.RawQuery.Length > 0 ? "?" + request.RawQuery : "";
        return request.SignedPaths
            .Select(path => $"{time}\n{fields.GetValueOrDefault("nonce")}\n{request.Method}\n{path}{query}\n{request.Text}\n")
            .Select(text => CheckTimed(time, fields.GetValueOrDefault("sig"), text, secret, now))
            .FirstOrDefault(static outcome => outcome != SignatureOutcome.Wrong, SignatureOutcome.Wrong);
    }

    private static SignatureOutcome CheckTimed(string? time, string? signature, string text, string secret, DateTimeOffset now)
    {
        if (!Hmac.Same(signature?.ToLowerInvariant(), Hmac.Hex(secret, text)))
            return SignatureOutcome.Wrong;
        return UnixTime.IsWithin(UnixTime.Milliseconds(time), now, Window) ? SignatureOutcome.Right : SignatureOutcome.Stale;
    }

    private static bool IsHeader(ProviderRequest request) =>
        request.Header("Authorization")?.StartsWith(Scheme + " ", StringComparison.Ordinal) == true;

    private static string? Parameter(ProviderRequest request, string name) =>
        request.JsonValue($"params.{name}") ?? request.QueryValue(name);
}
