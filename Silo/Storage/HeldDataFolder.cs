using ControlPlane.Grains;
using ControlPlane.Silo.Storage.Embedded;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace ControlPlane.Silo.Storage;

/// <summary>The data folder of a node on PostgreSQL, locked by this process until it ends. So its files (undelivered kills, the audit anchor) have
/// one writer. The embedded store takes the same lock.</summary>
internal sealed class HeldDataFolder(IDisposable held) : IHostedService, IDisposable
{
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => held.Dispose();

    /// <summary>Takes the folder now, before anything of it is read.</summary>
    /// <exception cref="DataDirectoryInUseException">Another process holds it.</exception>
    /// <exception cref="StoreUnavailableException">It can't be made or written.</exception>
    public static HeldDataFolder Take(string dataDirectory)
    {
        try
        {
            return new(DataDirectory.Hold(new EmbeddedStoreOptions { DataDirectory = dataDirectory }));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StoreUnavailableException($"The data folder '{dataDirectory}' can't be made or written by this process. Correct its rights, or name another one with ControlPlane__DataDirectory.");
        }
    }
}

internal static class HeldDataFolderExtensions
{
    public static void HoldDataFolder(this IServiceCollection services, string dataDirectory)
    {
        var held = HeldDataFolder.Take(dataDirectory);
        services.AddHostedService(_ => held);
    }
}
