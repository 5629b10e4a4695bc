namespace ControlPlane.Api.Http;

/// <summary>Answers HEAD wherever GET is answered: as GET, whose body the server then leaves out.</summary>
internal sealed class HeadRequests(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context)
    {
        if (!HttpMethods.IsHead(context.Request.Method)) return next(context);
        context.Features.Set(new AskedForHead());
        context.Request.Method = HttpMethods.Get;
        return next(context);
    }
}

/// <summary>Stands in the features of a request that was a HEAD.</summary>
internal sealed record AskedForHead;
