using ControlPlane.Abstractions;
using ControlPlane.Api.Gates;
using ControlPlane.Api.Http;
using ControlPlane.Contracts;
using ControlPlane.Grains.Integrations.Catalogue;

namespace ControlPlane.Api.Integrations;

/// <summary>Rows of the integrations table.</summary>
internal static class IntegrationRowMapping
{
    /// <summary>Fields that derive from recorded usage.</summary>
    public static IReadOnlyList<string> UsageFields { get; } =
    [
        "last_used_at", "last_used_by_bot_id", "proof_of_use_count_24h", "error_count_24h", "error_rate_15m",
    ];

    public static IntegrationRow ToRow(ProviderStatus status, DateTimeOffset now) => new()
    {
        Provider = status.Provider,
        Name = status.Name,
        Category = status.Category,
        Gate = status.Gate,
        Required = status.Required,
        State = status.State.Known(),
        Configured = status.Configured,
        Connected = status.Connected,
        SupportsVerify = status.SupportsVerify,
        MissingEnvVars = status.MissingVariables,
        LastVerifiedAt = status.LastVerify?.At,
        LastVerifyStatus = status.LastVerify?.Status.Known(),
        LastVerifyTraceId = status.LastVerify?.TraceId,
        VerifyFreshUntil = status.FreshUntil,
        NextVerifyAt = status.NextVerifyAt,
        Capabilities = [.. status.Capabilities.Select(ToContract)],
        Environment = status.Environment,
        VerifiedHost = status.VerifiedHost,
        ClockSkewS = status.ClockSkewSeconds,
        ExpiresAt = status.ExpiresAt,
        LastUsedAt = status.Usage?.LastUsedAt,
        LastUsedByBotId = status.Usage?.LastUsedByBot,
        ProofOfUseCount24h = status.Usage?.Count24h,
        ErrorCount24h = status.Usage?.Errors24h,
        ErrorRate15m = Finite(status.Usage?.ErrorRate15m),
        Hosts = new HostsRow(status.Hosts.Reporting, status.Hosts.Total, status.Hosts.Agree),
        Unavailable = [.. Unavailable(status, now)],
        Reasons = [.. status.Reasons.Select(ToContract)],
    };

    /// <summary>The row of a provider whose grain did not answer: nothing is claimed for it.</summary>
    public static IntegrationRow Unreadable(ProviderDefinition provider, DateTimeOffset now) => new()
    {
        Provider = provider.Id,
        Name = provider.Name,
        Category = provider.Category,
        Gate = GateNames.ForCategory(provider.Category),
        State = ProviderState.ConfiguredNotConnected,
        SupportsVerify = provider.Access.Any(access => access.Verify is not null),
        MissingEnvVars = [],
        Hosts = new HostsRow(null, null, null),
        Unavailable =
        [
            .. UsageFields
                .Concat(["state", "missing_env_vars", "last_verified_at", "last_verify_status", "last_verify_trace_id", "verify_fresh_until", "hosts"])
                .Select(field => new UnavailableRow(field, Codes.ControlPlaneUnreachable, now)),
        ],
        Reasons =
        [
            new ReasonRow(Codes.ControlPlaneUnreachable, Severity.Blocked, "The control plane could not read this integration's state.", "Try again.", now),
        ],
    };

    /// <summary>The counters of a row alone.</summary>
    public static UsageFiguresRow ToUsage(IntegrationRow row) => new(
        row.Provider,
        row.LastUsedAt,
        row.LastUsedByBotId,
        row.ProofOfUseCount24h,
        row.ErrorCount24h,
        row.ErrorRate15m,
        [.. row.Unavailable.Where(field => UsageFields.Contains(field.Field))]);

    /// <summary>The row without its counters: what makes a state.</summary>
    public static IntegrationRow WithoutUsage(IntegrationRow row) => row with
    {
        LastUsedAt = null,
        LastUsedByBotId = null,
        ProofOfUseCount24h = null,
        ErrorCount24h = null,
        ErrorRate15m = null,
        Unavailable = [.. row.Unavailable.Where(field => !UsageFields.Contains(field.Field))],
    };

    public static CapabilityRow ToContract(KeyCapability capability) => new(capability.Name.Known(), capability.Status.Known());

    public static ReasonRow ToContract(Reason reason) =>
        new(reason.Code, reason.Severity.Known(), reason.Message, reason.SuggestedFix, reason.Since);

    // A figure without a number says so, whether the grain named it or not.
    private static IEnumerable<UnavailableRow> Unavailable(ProviderStatus status, DateTimeOffset now)
    {
        var named = status.Unavailable.Select(field => field.ToContract()).ToList();
        if (status.Usage is not null) return named;
        var missing = UsageFields.Where(field => named.All(row => row.Field != field));
        return named.Concat(missing.Select(field => new UnavailableRow(field, Codes.DataUnavailable, named.FirstOrDefault()?.Since ?? now)));
    }

    private static double? Finite(double? value) => value is { } number && double.IsFinite(number) ? number : null;
}
