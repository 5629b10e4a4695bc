using System.Text.Json;
using ControlPlane.Contracts;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;

namespace ControlPlane.Api.Http;

/// <summary>Answers a problem as <c>application/problem+json</c> with the request's trace id.</summary>
internal sealed class ProblemResult(Problem problem, int? retryAfterSeconds = null) : IResult, IStatusCodeHttpResult
{
    public const string MediaType = "application/problem+json";

    public Problem Problem { get; } = problem;

    public int? StatusCode => Problem.Status;

    public static implicit operator ProblemResult(Problem problem) => new(problem);

    public Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = Problem.Status;
        if (retryAfterSeconds is { } seconds) response.Headers.RetryAfter = seconds.ToString();
        if (Problem.Status == StatusCodes.Status401Unauthorized) response.Headers.WWWAuthenticate = "Bearer";

        // The runtime type, so that the members of a derived problem are written too.
        object answered = Problem with { TraceId = httpContext.TraceId() };
        return IgnoredFields.AnyIn(httpContext)
            ? WriteNamedAsync(httpContext, answered)
            : response.WriteAsJsonAsync(answered, answered.GetType(), options: null, contentType: MediaType, httpContext.RequestAborted);
    }

    private static async Task WriteNamedAsync(HttpContext context, object answered)
    {
        var options = context.RequestServices.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions;
        context.Response.ContentType = MediaType;
        await context.Response.BodyWriter.WriteAsync(IgnoredFields.AddTo(context, JsonSerializer.SerializeToUtf8Bytes(answered, answered.GetType(), options)), context.RequestAborted);
    }
}
