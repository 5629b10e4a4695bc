using System.Collections.Frozen;
using ControlPlane.Api.Cluster;
using ControlPlane.Api.Http;
using ControlPlane.Grains.Gateway;
using Microsoft.AspNetCore.Http.Features;

namespace ControlPlane.Api.Gateway;

/// <summary>Registers the gateway and puts it in front of everything that knows pages, sessions and roles: its calls are none of these.</summary>
internal static class GatewayServices
{
    public static void AddGateway(this IServiceCollection services)
    {
        services.AddHttpForwarder();
        services.AddGatewayCalls();
        services.AddSingleton<MarkCache>();
        services.AddSingleton<CancelPassages>();
        services.AddSingleton<IOrderPassage, OrderPassages>();
        services.AddSingleton<IGatewayObserver, GatewayObserver>();
        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<BotReaches>(provider, ActivatorUtilities.CreateInstance<AdaptiveReadTimeout>(provider)));
        services.AddSingleton<GatewayCallers>();
        services.AddSingleton<AnswerText>();
        services.AddSingleton<AnswerCleaner>();
        services.AddSingleton<GatewayForwarder>();
        services.AddSingleton<GatewayNoTrades>();
        services.AddSingleton(provider => new GatewayOrders(provider.GetService<IOrderPassage>(), provider.GetService<IGatewayObserver>()));
        services.AddSingleton<GatewayListeners>();
        services.AddSingleton<GatewayPipeline>();
    }

    public static void UseGateway(this WebApplication app)
    {
        var listeners = app.Services.GetRequiredService<GatewayListeners>();
        app.MapWhen(
            context => listeners.IsOwn(context) || context.Request.Path.StartsWithSegments(GatewayAddress.Root, StringComparison.OrdinalIgnoreCase),
            branch =>
            {
                branch.UseMiddleware<RequestTrace>();
                branch.UseMiddleware<GatewayBoundary>();
                branch.Run(PassAsync);
            });
    }

    private static Task PassAsync(HttpContext context)
    {
        var target = context.Features.Get<IHttpRequestFeature>()?.RawTarget ?? "";
        var listeners = context.RequestServices.GetRequiredService<GatewayListeners>();
        var address = listeners.ProviderOf(context) is { } own ? GatewayAddress.ReadOwn(target, own) : GatewayAddress.Read(target, context.Request.PathBase);
        return address is { } read
            ? context.RequestServices.GetRequiredService<GatewayPipeline>().PassAsync(context, read)
            : new ProblemResult(Problems.ForStatus(StatusCodes.Status404NotFound)).ExecuteAsync(context);
    }
}
