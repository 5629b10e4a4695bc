using ControlPlane.Abstractions;
using ControlPlane.Contracts;
using ControlPlane.Grains.Integrations.Catalogue;

namespace ControlPlane.Api.Integrations;

/// <summary>The words about integrations as the contract writes them. A value that is not known reads as the worse one.</summary>
internal static class IntegrationWords
{
    public static IntegrationState ToContract(this ProviderState state) => state switch
    {
        ProviderState.Connected => IntegrationState.Connected,
        ProviderState.Degraded => IntegrationState.Degraded,
        ProviderState.NotConfigured => IntegrationState.NotConfigured,
        _ => IntegrationState.ConfiguredNotConnected,
    };

    public static VerifyOutcome ToContract(this VerifyStatus status) => status switch
    {
        VerifyStatus.Valid => VerifyOutcome.Valid,
        VerifyStatus.ValidLimited => VerifyOutcome.ValidLimited,
        VerifyStatus.ValidBilling => VerifyOutcome.ValidBilling,
        VerifyStatus.Invalid => VerifyOutcome.Invalid,
        VerifyStatus.WrongEnvironment => VerifyOutcome.WrongEnvironment,
        VerifyStatus.Locked => VerifyOutcome.Locked,
        _ => VerifyOutcome.Inconclusive,
    };

    public static CapabilityName ToContract(this Capability name) => name switch
    {
        Capability.Read => CapabilityName.Read,
        Capability.Trade => CapabilityName.Trade,
        Capability.Infer => CapabilityName.Infer,
        _ => CapabilityName.Withdraw,
    };

    public static CapabilityKnowledge ToContract(this CapabilityStatus status) => status switch
    {
        CapabilityStatus.Proven => CapabilityKnowledge.Proven,
        CapabilityStatus.Implied => CapabilityKnowledge.Implied,
        CapabilityStatus.Missing => CapabilityKnowledge.Missing,
        _ => CapabilityKnowledge.Unknown,
    };

    public static StepOutcome ToContract(this StepResult result) => result switch
    {
        StepResult.Passed => StepOutcome.Passed,
        StepResult.Failed => StepOutcome.Failed,
        _ => StepOutcome.Skipped,
    };

    public static CallOutcome ToContract(this UsageStatus status) => status switch
    {
        UsageStatus.Ok => CallOutcome.Ok,
        UsageStatus.Timeout => CallOutcome.Timeout,
        UsageStatus.RateLimited => CallOutcome.RateLimited,
        _ => CallOutcome.Error,
    };

    public static FormatVerdict ToContract(this SecretFormat format) => format switch
    {
        SecretFormat.Ok => FormatVerdict.Ok,
        SecretFormat.Suspicious => FormatVerdict.Suspicious,
        SecretFormat.Blank => FormatVerdict.Blank,
        _ => FormatVerdict.Unknown,
    };
}
