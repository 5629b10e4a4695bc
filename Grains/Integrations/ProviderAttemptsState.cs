namespace ControlPlane.Grains.Integrations;

/// <summary>Verifies made at starts of the process, so that a crash loop backs off instead of hammering the provider.</summary>
[GenerateSerializer, Alias("cp.state.ProviderAttempts")]
public sealed class ProviderAttemptsState
{
    /// <summary>The newest few, oldest first.</summary>
    [Id(0)] public List<DateTimeOffset> Starts { get; set; } = [];
}
