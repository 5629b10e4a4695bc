namespace ControlPlane.Grains.Integrations;

/// <summary>Use of a provider that was lost before it could be committed: figures must not look whole after a restart either.</summary>
[GenerateSerializer, Alias("cp.state.ProviderLoss")]
public sealed class ProviderLossState
{
    /// <summary>Events lost since <see cref="Since"/>.</summary>
    [Id(0)] public long Events { get; set; }

    /// <summary>When the first of them was reported.</summary>
    [Id(1)] public DateTimeOffset? Since { get; set; }

    /// <summary>When the newest of them occurred.</summary>
    [Id(2)] public DateTimeOffset? LastAt { get; set; }
}
