using ControlPlane.Contracts;
using ControlPlane.Dashboard.Http;

namespace ControlPlane.Dashboard.Views.Connections;

/// <summary>What a verify came to, in a sentence.</summary>
public static class VerifyNames
{
    public static bool IsGood(this VerifyStatus outcome) => outcome is VerifyStatus.Valid or VerifyStatus.ValidLimited or VerifyStatus.ValidBilling;

    public static string Of(VerifyStatus outcome) => outcome switch
    {
        VerifyStatus.Valid => "valid",
        VerifyStatus.ValidLimited => "valid, limited",
        VerifyStatus.ValidBilling => "valid, billing trouble",
        VerifyStatus.Invalid => "invalid",
        VerifyStatus.WrongEnvironment => "wrong environment",
        VerifyStatus.Locked => "locked",
        _ => "inconclusive",
    };

    /// <param name="second">Writes an instant as the person's wall clock shows it.</param>
    public static string Sentence(ApiResult<VerifyResult> answer, IReadOnlyList<string> missing, Func<DateTimeOffset, string> second)
    {
        if (answer.Value is { } result)
        {
            var trace = $" Trace {result.VerifyTraceId[..Math.Min(8, result.VerifyTraceId.Length)]}";
            var cached = result.Cached ? $" That answer is from before{(result.RetryAfterS is { } wait ? $"; a new one may be asked for in {wait} s" : "")}." : "";
            return result.Status.IsGood()
                ? $"Verified at {second(result.VerifiedAt)}{(result.LatencyMs is { } ms ? $", {ms} ms" : "")}.{Limits(result)}{cached}{trace}"
                : $"Verify {(result.Status == VerifyStatus.Inconclusive ? "inconclusive" : "failed")}: {Http(result)}{result.Message}{cached}{trace}";
        }

        if (answer.Problem?.Code == "INTEGRATION_KEY_MISSING")
        {
            return missing.Count == 0
                ? $"Not verified: {answer.Says}"
                : $"Not verified: {missing.Count} {(missing.Count == 1 ? "name" : "names")} missing, {string.Join(", ", missing)}";
        }

        return $"Not verified: {answer.Says}" + (answer.TraceId is { } id ? $" Trace {id[..Math.Min(8, id.Length)]}" : "");
    }

    private static string Http(VerifyResult result) => result.HttpStatus is { } status ? $"{status} " : "";

    private static string Limits(VerifyResult result) => result.Status == VerifyStatus.Valid && result.Capabilities.All(capability => capability.Status is CapabilityStatus.Proven or CapabilityStatus.Implied || capability.Name == Capability.Withdraw) ? "" : $" {result.Message}";
}
