using System.Net.NetworkInformation;
using ControlPlane.Api.Demo;
using ControlPlane.Api.Security;
using ControlPlane.Silo.Logging;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace ControlPlane.Api.Hosting;

/// <summary>Three lines for the person who started it: where it listens, where its data is, where the operator's token lies.</summary>
internal static class StartBanner
{
    /// <summary>Waits until the server listens, or the start has ended: a front end listens before it has found its cluster.</summary>
    public static async Task WhenListeningAsync(WebApplication app, Task starting)
    {
        var server = app.Services.GetRequiredService<IServer>();
        while (!starting.IsCompleted && !Listens(server)) await Task.WhenAny(starting, Task.Delay(20));
        if (starting.IsFaulted) await starting;
    }

    /// <summary>The addresses stand there before they are bound, and are away for a moment while they are; only the system knows what is open.</summary>
    private static bool Listens(IServer server)
    {
        var addresses = server.Features.Get<IServerAddressesFeature>()?.Addresses.Select(BindingAddress.Parse).ToArray() ?? [];
        if (addresses.Length == 0) return false;
        var open = IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners().Select(listener => listener.Port).ToHashSet();
        return addresses.All(address => address.IsUnixPipe || open.Contains(address.Port));
    }

    public static async Task PrintAsync(WebApplication app, DemoWorld? world)
    {
        var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses ?? [];
        var tokens = app.Services.GetRequiredService<OperatorTokenFile>();
        await ConsoleLines.WriteAsync(
        [
            $"Control plane listening on {string.Join(", ", addresses)}",
            $"Data directory:  {app.Services.GetRequiredService<DataFolder>().Path}",
            tokens.Token is null ? $"Operator token:  from {Roles.TokenName(Roles.Operator)}" : $"Operator token:  in {tokens.Path}",
            .. world is null ? [] : new[] { DemoBanner.Text(world) },
        ]);
    }
}
