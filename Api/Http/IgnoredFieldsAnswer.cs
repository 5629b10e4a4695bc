using System.Net.Mime;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;

namespace ControlPlane.Api.Http;

/// <summary>Names in every answer what was ignored of the request's body, whichever endpoint gives it.</summary>
internal sealed class IgnoredFieldsAnswer(IOptions<JsonOptions> json) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var result = await next(context);
        if (!IgnoredFields.AnyIn(context.HttpContext)) return result;
        var given = result;
        while (given is INestedHttpResult nested) given = nested.Result;
        return given is IValueHttpResult { Value: { } value }
            ? new Named(JsonSerializer.SerializeToUtf8Bytes(value, value.GetType(), json.Value.SerializerOptions), (given as IStatusCodeHttpResult)?.StatusCode)
            : result;
    }

    private sealed class Named(byte[] answer, int? status) : IResult
    {
        public async Task ExecuteAsync(HttpContext httpContext)
        {
            var body = IgnoredFields.AddTo(httpContext, answer);
            httpContext.Response.StatusCode = status ?? StatusCodes.Status200OK;
            httpContext.Response.ContentType = MediaTypeNames.Application.Json + "; charset=utf-8";
            httpContext.Response.ContentLength = body.Length;
            await httpContext.Response.BodyWriter.WriteAsync(body, httpContext.RequestAborted);
        }
    }
}
