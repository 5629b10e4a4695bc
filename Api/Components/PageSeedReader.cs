using ControlPlane.Api.Bots;
using ControlPlane.Api.Cluster;
using ControlPlane.Api.Http;
using ControlPlane.Api.Integrations;
using ControlPlane.Api.Security;
using ControlPlane.Api.SystemControl;
using ControlPlane.Contracts;
using ControlPlane.Dashboard.Session;

namespace ControlPlane.Api.Components;

/// <summary>What the page is prerendered with: everything for a valid session, nothing at all for anybody else.</summary>
internal sealed class PageSeedReader(
    IHttpContextAccessor accessor, SystemStatusReader system, IntegrationReader integrations, ClusterReads cluster, TimeProvider time) : IPageSeedSource
{
    // A page that waits longer shows a person nothing; the browser reads for itself then.
    private static readonly TimeSpan s_budget = TimeSpan.FromMilliseconds(500);

    public bool IsPrerendering => true;

    public async Task<PageSeed?> ReadAsync()
    {
        if (accessor.HttpContext is not { User.Identity.IsAuthenticated: true } context) return null;
        return new PageSeed(context.Role(), await SnapshotAsync(context.TraceId()));
    }

    private async Task<HubSnapshot?> SnapshotAsync(string traceId)
    {
        try
        {
            return await ReadAllAsync(traceId).WaitAsync(s_budget, time);
        }
        catch (Exception)
        {
            // The page says for itself that it has received nothing.
            return null;
        }
    }

    private async Task<HubSnapshot> ReadAllAsync(string traceId)
    {
        var (bots, rows) = (cluster.BotsAsync(), integrations.ReadAsync(traceId));
        return new HubSnapshot("", 0, await system.ReadAsync(traceId), (await rows).Integrations, [.. (await bots).Select(BotMapping.ToRow)], []);
    }
}
