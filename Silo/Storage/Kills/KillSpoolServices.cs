using ControlPlane.Grains.Kills;
using Microsoft.Extensions.DependencyInjection;

namespace ControlPlane.Silo.Storage.Kills;

/// <summary>Registers the place on disk for kills that nobody has taken yet.</summary>
internal static class KillSpoolServices
{
    /// <param name="directory">This process' data directory; nobody else may use it.</param>
    public static IServiceCollection AddKillSpoolFile(this IServiceCollection services, string directory) =>
        services.AddSingleton<IKillSpoolFile>(_ => new KillSpoolFile(Path.Combine(directory, KillSpoolFile.Name)));
}
