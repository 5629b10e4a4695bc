using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using ControlPlane.Grains.Integrations.Verification.Requests;

namespace ControlPlane.Grains.Integrations.Verification.Signing;

/// <summary>AWS Signature Version 4. Service and region are those of the host name: <c>sts.eu-west-1.amazonaws.com</c>; without a region in
/// it, <c>us-east-1</c>.</summary>
internal sealed class AwsSigner(TimeProvider time) : IRequestSigner
{
    private const string Algorithm = "AWS4-HMAC-SHA256";
    private const string DefaultRegion = "us-east-1";

    public string Kind => "aws";

    public void Sign(OutgoingRequest request, SigningCredentials credentials)
    {
        var now = time.GetUtcNow().UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        request.Headers["X-Amz-Date"] = now;
        if (credentials.SessionToken is { } session)
        {
            request.Headers["X-Amz-Security-Token"] = CredentialText.FitsHeader(session)
                ? session
                : throw VerifyFaultException.Malformed(variable: null);
        }

        var scope = Scope(request.Canonical, now[..8]);
        var headers = SignedHeaders(request);
        var names = string.Join(';', headers.Keys);
        var canonical = string.Join('\n',
            request.Method,
            request.Canonical.AbsolutePath,
            CanonicalQuery(request.Canonical),
            string.Concat(headers.Select(header => $"{header.Key}:{header.Value.Trim()}\n")),
            names,
            Signatures.Sha256Hex(request.Body ?? []));
        var text = string.Join('\n', Algorithm, now, scope, Signatures.Sha256Hex(Encoding.UTF8.GetBytes(canonical)));

        var key = Encoding.UTF8.GetBytes("AWS4" + credentials.Secret);
        foreach (var part in scope.Split('/'))
            key = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(part));
        var signature = Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text)));
        request.Headers["Authorization"] = $"{Algorithm} Credential={credentials.Key}/{scope}, SignedHeaders={names}, Signature={signature}";
    }

    private static string Scope(Uri address, string date)
    {
        var labels = address.Host.Split('.');
        var region = labels is [_, var second, "amazonaws", ..] ? second : DefaultRegion;
        return $"{date}/{region}/{labels[0]}/aws4_request";
    }

    private static SortedDictionary<string, string> SignedHeaders(OutgoingRequest request)
    {
        var headers = new SortedDictionary<string, string>(StringComparer.Ordinal) { ["host"] = request.Canonical.Authority };
        foreach (var (name, value) in request.Headers)
        {
            if (name.StartsWith("X-Amz-", StringComparison.OrdinalIgnoreCase) || (name.Equals("Content-Type", StringComparison.OrdinalIgnoreCase) && request.Body is not null))
                headers[name.ToLowerInvariant()] = value;
        }

        return headers;
    }

    private static string CanonicalQuery(Uri address) => string.Join('&', address.Query.TrimStart('?')
        .Split('&', StringSplitOptions.RemoveEmptyEntries)
        .Select(pair => pair.Contains('=', StringComparison.Ordinal) ? pair : pair + "=")
        .Order(StringComparer.Ordinal));
}
