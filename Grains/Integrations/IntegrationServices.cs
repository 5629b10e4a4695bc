using System.Security.Cryptography;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Gates;
using ControlPlane.Grains.Gates.Agreement;
using ControlPlane.Grains.Gates.Node;
using ControlPlane.Grains.Gates.Suspension;
using ControlPlane.Grains.Integrations.Catalogue;
using ControlPlane.Grains.Integrations.Hosts;
using ControlPlane.Grains.Integrations.Verification;
using ControlPlane.Grains.Integrations.Verification.Network;
using ControlPlane.Grains.Secrets;
using ControlPlane.Grains.Usage;
using Orleans.Runtime;

namespace ControlPlane.Grains.Integrations;

/// <summary>What every provider grain of a silo shares.</summary>
internal sealed record IntegrationServices(
    ProviderCatalogue Catalogue,
    IntegrationSettings Settings,
    ISecretSource Secrets,
    IVerifier Verifier,
    IVerificationStore Verifications,
    IUsageEventStore Usage,
    StoreHealth Store,
    IIntegrationUsage Recorder,
    IHostCount Hosts,
    FingerprintKey FingerprintKey,
    NodeAgreement Agreement,
    NetworkPolicy Network,
    ActivationThrottle Reads,
    NodeGate Gate,
    SuspensionWatch Suspension,
    ProviderMoves Moves)
{
    public override string ToString() => nameof(IntegrationServices);
}

/// <summary>A random key of this process, to notice a change of its own secrets. Hosts are compared with another one.</summary>
internal sealed class FingerprintKey
{
    public byte[] Value { get; } = RandomNumberGenerator.GetBytes(SecretFingerprint.KeyLength);
}

/// <summary>Counts the active silos of the membership.</summary>
internal sealed class ActiveSilos(ISiloStatusOracle membership) : IHostCount
{
    public int Total => membership.GetApproximateSiloStatuses(onlyActive: true).Count;
}
