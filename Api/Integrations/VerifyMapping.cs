using ControlPlane.Abstractions;
using ControlPlane.Api.Http;
using ControlPlane.Contracts;

namespace ControlPlane.Api.Integrations;

/// <summary>Verify answers as the contract writes them.</summary>
internal static class VerifyMapping
{
    public static VerifyResult ToContract(VerifyReport report, string traceId) => new()
    {
        Provider = report.Provider,
        Status = report.Status.Known(),
        Connected = report.State is ProviderState.Connected or ProviderState.Degraded,
        State = report.State.Known(),
        HttpStatus = report.HttpStatus,
        LatencyMs = report.LatencyMs,
        ErrorCode = report.ErrorCode,
        Message = report.Message,
        SuggestedFix = report.SuggestedFix,
        Steps = [.. report.Steps.Select(IntegrationDetailMapping.ToContract)],
        VerifiedAt = report.VerifiedAt,
        Cached = report.Cached,
        RetryAfterS = report.RetryAfterSeconds,
        Capabilities = [.. report.Capabilities.Select(IntegrationRowMapping.ToContract)],
        Environment = report.Environment,
        VerifiedHost = report.Host,
        ClockSkewS = report.ClockSkewSeconds,
        ExpiresAt = report.ExpiresAt,
        VerifyTraceId = report.TraceId,
        TraceId = traceId,
    };

    public static Problem ToProblem(VerifyAnswer answer) => answer.Refusal switch
    {
        VerifyRefusal.NotConfigured => Problems.Of(
            StatusCodes.Status409Conflict,
            Codes.IntegrationKeyMissing,
            $"There is nothing to verify with. Missing: {string.Join(", ", answer.MissingVariables)}.",
            "Set the missing variables, then verify again."),
        VerifyRefusal.NotSupported => Problems.Of(
            StatusCodes.Status409Conflict,
            Codes.InvalidRequest,
            "No harmless verify call exists for this integration, so it can't be verified.",
            "Its page says why."),
        VerifyRefusal.Unknown => Problems.UnknownProvider(),
        _ => Problems.Unexpected(),
    };

    /// <summary>What the audit log says came of it.</summary>
    public static string Outcome(VerifyAnswer answer) => answer.Refusal switch
    {
        VerifyRefusal.None => Audit.AuditOutcomes.Done,
        VerifyRefusal.NotConfigured => Codes.IntegrationKeyMissing,
        VerifyRefusal.Unknown => Codes.UnknownProvider,
        _ => Audit.AuditOutcomes.Refused,
    };
}
