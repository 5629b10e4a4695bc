using System.Text;

namespace ControlPlane.Grains.Integrations.Verification.Signing;

/// <summary>What an SDK adds to a request when it signs it, by scheme: all of it is taken out before we sign.</summary>
/// <param name="Headers">Header names.</param>
/// <param name="Fields">Parameters of the query, and of a form.</param>
/// <param name="Key">The header or parameter that names the key: there an SDK puts what it was given as API key.</param>
/// <param name="Proof">The header or parameter that only a signed request has.</param>
internal sealed record SignedFields(string[] Headers, string[] Fields, string Key, string Proof)
{
    private static readonly SignedFields s_authorization = new(["Authorization"], [], "Authorization", "Authorization");

    private static readonly Dictionary<string, SignedFields> s_bySigner = new(StringComparer.Ordinal)
    {
        ["binance"] = Binance("X-MBX-APIKEY"),
        ["mexc"] = Binance("X-MEXC-APIKEY"),
        ["bingx"] = Binance("X-BX-APIKEY"),
        ["bybit"] = new(["X-BAPI-API-KEY", "X-BAPI-TIMESTAMP", "X-BAPI-RECV-WINDOW", "X-BAPI-SIGN-TYPE", "X-BAPI-SIGN"], [], "X-BAPI-API-KEY", "X-BAPI-SIGN"),
        ["okx"] = new(["OK-ACCESS-KEY", "OK-ACCESS-SIGN", "OK-ACCESS-TIMESTAMP", "OK-ACCESS-PASSPHRASE"], [], "OK-ACCESS-KEY", "OK-ACCESS-SIGN"),
        ["kucoin"] = new(
            ["KC-API-KEY", "KC-API-SIGN", "KC-API-TIMESTAMP", "KC-API-PASSPHRASE", "KC-API-KEY-VERSION", "KC-API-PARTNER", "KC-API-PARTNER-SIGN", "KC-API-PARTNER-VERIFY"],
            [], "KC-API-KEY", "KC-API-SIGN"),
        ["coinbase"] = new(["Authorization", "CB-ACCESS-KEY", "CB-ACCESS-SIGN", "CB-ACCESS-TIMESTAMP"], [], "Authorization", "Authorization"),
        ["deribit"] = s_authorization,
        ["kraken"] = new(["API-Key", "API-Sign"], ["nonce"], "API-Key", "API-Sign"),
        ["kraken_futures"] = new(["APIKey", "Authent", "Nonce"], [], "APIKey", "Authent"),
        ["gate"] = new(["KEY", "Timestamp", "SIGN"], [], "KEY", "SIGN"),
        ["bitget"] = new(["ACCESS-KEY", "ACCESS-TIMESTAMP", "ACCESS-PASSPHRASE", "ACCESS-SIGN"], [], "ACCESS-KEY", "ACCESS-SIGN"),
        ["htx"] = new([], ["AccessKeyId", "SignatureMethod", "SignatureVersion", "Timestamp", "Signature"], "AccessKeyId", "Signature"),
        ["quantconnect"] = new(["Authorization", "Timestamp"], [], "Authorization", "Authorization"),
        ["aws"] = new(["Authorization", "X-Amz-Date", "X-Amz-Security-Token", "X-Amz-Content-Sha256"], [], "Authorization", "Authorization"),
    };

    /// <summary>Null for a scheme that is not known here: nothing is signed anew for it.</summary>
    public static SignedFields? Of(string signer) => s_bySigner.GetValueOrDefault(signer);

    /// <summary>The parameters of a raw query or a form without those that an SDK's signature added; the others stay as they are.</summary>
    public string Without(string parameters)
    {
        if (Fields.Length == 0 || parameters.Length == 0) return parameters;
        return string.Join('&', parameters.Split('&').Where(pair => !Fields.Contains(NameOf(pair), StringComparer.Ordinal)));
    }

    /// <summary>A form without them; any other body as it is.</summary>
    public byte[]? Without(byte[]? body, string? contentType) =>
        body is { Length: > 0 } && Fields.Length > 0 && contentType?.StartsWith("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase) == true
            ? Encoding.UTF8.GetBytes(Without(Encoding.UTF8.GetString(body)))
            : body;

    public bool Has(string parameters, string name) => parameters.Split('&').Any(pair => NameOf(pair) == name);

    private static string NameOf(string pair) => pair.IndexOf('=', StringComparison.Ordinal) is >= 0 and var at ? pair[..at] : pair;

    private static SignedFields Binance(string header) => new([header], ["timestamp", "signature"], header, "signature");
}
