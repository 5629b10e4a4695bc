using System.Collections.Frozen;
using System.Text.Json.Serialization.Metadata;
using ControlPlane.Contracts;
using Microsoft.AspNetCore.OpenApi;

namespace ControlPlane.Api.OpenApi;

/// <summary>Names of the schemas: those of the types, but for enums whose schema had a name before they had theirs. Generated clients use these names.</summary>
internal static class SchemaNames
{
    private static readonly FrozenDictionary<string, string> s_kept = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        [nameof(AlertEvent)] = "AlertMessageEvent",
        [nameof(AlertNoticeStatus)] = "AlertDeliveryStatus",
        [nameof(AlertSeverity)] = "AlertUrgency",
        [nameof(AutonomyTier)] = "BotTier",
        [nameof(Capability)] = "CapabilityName",
        [nameof(CapabilityStatus)] = "CapabilityKnowledge",
        [nameof(Directive)] = "RunnerDirective",
        [nameof(GateStatus)] = "GateVerdict",
        [nameof(ProviderState)] = "IntegrationState",
        [nameof(Resolution)] = "BlockerResolution",
        [nameof(RunnerState)] = "RunnerCondition",
        [nameof(SecretFormat)] = "FormatVerdict",
        [nameof(Severity)] = "ReasonSeverity",
        [nameof(StepResult)] = "StepOutcome",
        [nameof(SystemStatus)] = "Readiness",
        [nameof(TradingMode)] = "BotMode",
        [nameof(TradingState)] = "TradingPosture",
        [nameof(UsageStatus)] = "CallOutcome",
        [nameof(VerifyStatus)] = "VerifyOutcome",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public static string? Of(JsonTypeInfo type) =>
        OpenApiOptions.CreateDefaultSchemaReferenceId(type) is { } name ? s_kept.GetValueOrDefault(name, name) : null;
}
