namespace ControlPlane.Api.SystemControl;

/// <summary>Marks an endpoint that engages a kill switch: its caller is known by signature and expiry alone, with no look at a grain or a store,
/// and its body may be of any type.</summary>
internal sealed class KillEndpoint
{
    private KillEndpoint()
    {
    }

    public static KillEndpoint Instance { get; } = new();
}
