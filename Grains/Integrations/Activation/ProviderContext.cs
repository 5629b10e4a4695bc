using ControlPlane.Grains.Integrations.Catalogue;
using ControlPlane.Grains.Usage;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Grains.Integrations.Activation;

/// <summary>What the parts of one provider's grain share. There is one only for a provider that is enabled and in the catalogue.</summary>
internal sealed record ProviderContext(
    string Id,
    ProviderDefinition Definition,
    IntegrationOptions Settings,
    IntegrationServices Services,
    VerifyOptions Verify,
    GateOptions Gate,
    UsageOptions Usage,
    TimeProvider Time,
    ProviderNotices Notices,
    ILogger Logger)
{
    public override string ToString() => $"{nameof(ProviderContext)} {{ Id = {Id} }}";
}
