using System.Diagnostics;
using System.Net.Mime;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using ControlPlane.Api.Http;
using ControlPlane.Api.Security;
using ControlPlane.Contracts;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.Options;

namespace ControlPlane.Api.Usage;

/// <summary>Takes usage events that are plainly posted with a bearer token in front of routing, for an event costs less than the way to its endpoint.
/// Trace, headers and failures are those of every other call. Whatever is not exactly that goes the long way.</summary>
internal static class UsageFastPath
{
    public const string Path = "/api/usage-events";
    private const string MediaType = MediaTypeNames.Application.Json + "; charset=utf-8";

    // For the log of failures alone: nothing is routed by it.
    private static readonly RouteEndpoint s_endpoint =
        new(static _ => Task.CompletedTask, RoutePatternFactory.Parse(Path), 0, EndpointMetadataCollection.Empty, "IngestUsageEvents");

    public static void UseUsageFastPath(this WebApplication app)
    {
        var bearers = app.Services.GetRequiredService<BearerRoles>();
        var intake = app.Services.GetRequiredService<UsageIntake>();
        var json = app.Services.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions;
        var form = (JsonTypeInfo<UsageReceiptAnswer>)json.GetTypeInfo(typeof(UsageReceiptAnswer));
        app.MapWhen(
            context => Fits(context.Request) && bearers.Of(context.Request) is Roles.Runner or Roles.Operator,
            branch =>
            {
                branch.UseMiddleware<RequestTrace>();
                branch.UseMiddleware<ResponseHeaders>();
                branch.UseMiddleware<ErrorBoundary>();
                branch.Run(context => TakeAsync(context, intake, form));
            });
    }

    private static bool Fits(HttpRequest request) =>
        string.Equals(request.Path.Value, Path, StringComparison.Ordinal)
        && HttpMethods.IsPost(request.Method)
        && !request.QueryString.HasValue
        && request.ContentLength is > 0 and <= IngestBudget.MaxBodyBytes
        && request.Headers.Cookie.Count == 0
        && Activity.Current is null;

    private static async Task TakeAsync(HttpContext context, UsageIntake intake, JsonTypeInfo<UsageReceiptAnswer> form)
    {
        context.SetEndpoint(s_endpoint);
        var (taken, refused) = await intake.TakeAsync(context);
        if (refused is not null)
        {
            await refused.ExecuteAsync(context);
            return;
        }

        var body = IgnoredFields.AddTo(context, JsonSerializer.SerializeToUtf8Bytes(taken!, form));
        context.Response.ContentType = MediaType;
        context.Response.ContentLength = body.Length;
        await context.Response.BodyWriter.WriteAsync(body, context.RequestAborted);
    }
}
