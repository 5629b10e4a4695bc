using ControlPlane.Grains.Audit;
using ControlPlane.Grains.Storage.Trust;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace ControlPlane.Silo.Storage.Audit;

/// <summary>Registers the anchor of the audit log.</summary>
internal static class AuditAnchorServices
{
    /// <summary>At <c>ControlPlane__Audit__AnchorFile</c>; beside the database, not in it, when that is not set.</summary>
    public static IServiceCollection AddAuditAnchor(this IServiceCollection services, IConfiguration configuration, string dataDirectory)
    {
        var path = configuration[AuditAnchorFile.Key] is { Length: > 0 } set ? Path.GetFullPath(set) : Path.Combine(dataDirectory, AuditAnchorFile.DefaultName);
        return services.AddSingleton<IAuditAnchor>(s => ActivatorUtilities.CreateInstance<AuditAnchorFile>(s, path));
    }
}
