using System.Text.RegularExpressions;

namespace ControlPlane.ProviderSimulator.Signatures;

/// <summary>The parts of a Signature Version 4 header. <paramref name="Scope"/> is <c>date/region/service/aws4_request</c>.</summary>
internal sealed partial record AwsAuthorization(string KeyId, string Scope, IReadOnlyList<string> SignedHeaders, string Signature)
{
    public string Date => Scope.Split('/')[0];

    public static AwsAuthorization? Parse(string? header)
    {
        var match = Form().Match(header ?? "");
        return match.Success
            ? new(match.Groups["id"].Value, match.Groups["scope"].Value, match.Groups["headers"].Value.Split(';'), match.Groups["sign"].Value)
            : null;
    }

    [GeneratedRegex(
        "^AWS4-HMAC-SHA256 +Credential=(?<id>[^/, ]+)/(?<scope>[0-9]{8}/[a-z0-9-]+/sts/aws4_request), *SignedHeaders=(?<headers>[a-z0-9;-]+), *Signature=(?<sign>[0-9a-f]{64})$",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex Form();
}
