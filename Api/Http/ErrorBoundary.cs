using ControlPlane.Contracts;

namespace ControlPlane.Api.Http;

/// <summary>Turns whatever went wrong into a problem. Nothing of an exception reaches the caller.</summary>
internal sealed partial class ErrorBoundary(RequestDelegate next, ILogger<ErrorBoundary> logger)
{
    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
        }
        catch (Exception) when (context.RequestAborted.IsCancellationRequested)
        {
            if (!context.Response.HasStarted) context.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
            return;
        }
        catch (Exception exception)
        {
            var problem = Failures.ToProblem(exception);
            if (problem.Status >= StatusCodes.Status500InternalServerError) Report(context, exception, problem);
            if (context.Response.HasStarted) throw;
            context.Response.Clear();
            await new ProblemResult(problem).ExecuteAsync(context);
            return;
        }

        if (HasNoBody(context)) await new ProblemResult(Problems.ForStatus(context.Response.StatusCode)).ExecuteAsync(context);
    }

    private static bool HasNoBody(HttpContext context) =>
        context.Response is { HasStarted: false, StatusCode: >= 400 and < 600, ContentType: null } response
        && response.ContentLength is null or 0;

    private void Report(HttpContext context, Exception exception, Problem problem)
    {
        var route = (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "(no route)";
        if (problem.Status == StatusCodes.Status503ServiceUnavailable)
            LogUnavailable(logger, route, problem.Code, exception);
        else
            LogFailed(logger, exception, route);
    }

    [LoggerMessage(EventId = EventIds.ErrorBoundaryFailed, Level = LogLevel.Error, Message = "A request to {Route} failed")]
    private static partial void LogFailed(ILogger logger, Exception exception, string route);

    [LoggerMessage(EventId = EventIds.ErrorBoundaryUnavailable, Level = LogLevel.Warning, Message = "A request to {Route} was answered with {Code}")]
    private static partial void LogUnavailable(ILogger logger, string route, string code, Exception exception);
}
