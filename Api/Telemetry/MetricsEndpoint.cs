using ControlPlane.Api.Security;

namespace ControlPlane.Api.Telemetry;

/// <summary><c>/metrics</c> in Prometheus text. Like everything but health and the page's files it needs a token, of a viewer.</summary>
internal static class MetricsEndpoint
{
    public const string Path = "/metrics";

    public static void MapMetrics(this WebApplication app)
    {
        app.MapPrometheusScrapingEndpoint(Path).RequireAuthorization(Roles.Viewer).WithTags("Health").WithName("Metrics")
            .WithSummary("Metrics of this node in Prometheus text");
        app.UseWhen(
            context => context.Request.Path.Equals(Path, StringComparison.Ordinal) && context.User.Identity?.IsAuthenticated == true,
            branch => branch.Use(async (context, next) =>
            {
                await context.RequestServices.GetRequiredService<StoreMetrics>().AskAsync(context.RequestAborted);
                await next(context);
            }));
    }
}
