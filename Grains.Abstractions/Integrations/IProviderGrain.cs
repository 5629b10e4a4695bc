using Orleans.Concurrency;

namespace ControlPlane.Abstractions;

/// <summary>One integration: its verdicts, its figures, its evidence for the gate. The key is the provider's id.</summary>
[Alias("cp.IProviderGrain")]
public interface IProviderGrain : IGrainWithStringKey
{
    /// <summary>The row of the status table; null when the provider is not in the catalogue.</summary>
    [AlwaysInterleave, Alias("GetStatus")]
    Task<ProviderStatus?> GetStatus();

    [AlwaysInterleave, Alias("GetDetail")]
    Task<ProviderDetail?> GetDetail();

    /// <summary>What the provider can prove now. SystemGate asks about once a second.</summary>
    [AlwaysInterleave, Alias("GetEvidence")]
    Task<ProviderEvidence> GetEvidence();

    /// <summary>Verifies now, or joins the verify in flight, or gives the last answer again within the minimum interval.</summary>
    [AlwaysInterleave, ResponseTimeout("00:02:30"), Alias("Verify")]
    Task<VerifyAnswer> Verify(Caller by);

    /// <summary>Makes one harmless call that counts as use, and answers when its event is on disk.</summary>
    [AlwaysInterleave, ResponseTimeout("00:02:30"), Alias("TestCall")]
    Task<TestCallReport> TestCall(Caller by);

    /// <summary>Starts a verify if one is due by schedule, first load or changed secrets; returns at once.</summary>
    [AlwaysInterleave, Alias("VerifyIfDue")]
    Task VerifyIfDue();

    /// <summary>Ends a verify that has run past its deadline, if there is one. Returns whether one was ended.</summary>
    [AlwaysInterleave, Alias("EndHungVerify")]
    Task<bool> EndHungVerify();

    /// <summary>A silo reports which secrets of this provider it has.</summary>
    [AlwaysInterleave, Alias("ReportHost")]
    Task ReportHost(HostSecrets secrets);

    /// <summary>Committed usage of this provider, so that figures move without reading the store.</summary>
    [AlwaysInterleave, OneWay, Alias("UsageCommitted")]
    Task UsageCommitted(UsageDelta delta);

    /// <summary>Use of this provider was lost; answers once that is on disk, and throws when it can't be written. Idempotent.</summary>
    [AlwaysInterleave, Alias("UsageLost")]
    Task UsageLost(UsageLoss loss);
}

/// <summary>One silo's view of a provider's secrets: presence and a keyed hash, never a value.</summary>
/// <param name="Key">Of <see cref="ComparisonKey.Id"/>: only hashes with the same key can be compared.</param>
/// <param name="Fingerprint">Keyed hash over the values with a key that lives only in the cluster's memory; never shown.</param>
[GenerateSerializer, Immutable, Alias("cp.HostSecrets")]
public sealed record HostSecrets([property: Id(0)] string Host, [property: Id(1)] bool Configured, [property: Id(2)] byte[] Fingerprint, [property: Id(3)] Guid Key);
