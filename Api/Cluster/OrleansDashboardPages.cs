using ControlPlane.Api.Http;
using ControlPlane.Api.Security;
using ControlPlane.Silo.Hosting.Cluster;
using Orleans.Dashboard;

namespace ControlPlane.Api.Cluster;

/// <summary>Orleans' dashboard under <c>/orleans/</c>, for operators: counters of grains and silos. What grains hold and the live log are not
/// shown, whoever asks.</summary>
internal static class OrleansDashboardPages
{
    public static readonly PathString Root = "/orleans";

    private static readonly PathString[] s_closed = [Root + "/GrainState", Root + "/Trace"];

    public static void MapOrleansDashboardPages(this WebApplication app)
    {
        if (!ClusterDashboard.IsOn(app.Configuration)) return;
        app.MapOrleansDashboard(Root)
            .AddEndpointFilter(static async (context, next) =>
                s_closed.Any(path => context.HttpContext.Request.Path.StartsWithSegments(path, StringComparison.OrdinalIgnoreCase))
                    ? new ProblemResult(Problems.ForStatus(StatusCodes.Status404NotFound))
                    : await next(context))
            .RequireAuthorization(Roles.Operator)
            .ExcludeFromDescription();
    }
}
