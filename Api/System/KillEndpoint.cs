namespace ControlPlane.Api.SystemControl;

/// <summary>Marks an endpoint that engages a kill switch. Its caller is authenticated by signature and expiry alone, without a grain or a store. Its
/// body may have any type.</summary>
internal sealed class KillEndpoint
{
    private KillEndpoint()
    {
    }

    public static KillEndpoint Instance { get; } = new();
}
