using ControlPlane.Abstractions;

namespace ControlPlane.Grains.Integrations.Policy;

/// <summary>Use that is reported of a provider whose keys are not here.</summary>
internal static class UseWithoutKeys
{
    /// <summary>A remark that such use proves no connection; null where there is none.</summary>
    public static Reason? Remark(string name, ProviderState state, UsageFigures? figures) =>
        state == ProviderState.NotConfigured && figures?.Count24h > 0
            ? new(Codes.IntegrationKeyMissing, Severity.Info, $"Bots report {figures.Count24h} calls to {name} within 24 hours. No key of it is set here: they prove no connection.", null, default)
            : null;
}
