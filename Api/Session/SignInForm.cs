using ControlPlane.Api.Http;
using ControlPlane.Contracts;

namespace ControlPlane.Api.Session;

/// <summary>A sign-in that a browser sends before the page's program has loaded.</summary>
internal static class SignInForm
{
    private const int MaxBytes = 4 * 1024;

    public static async Task<JsonBody<SignInRequest>> ReadAsync(HttpContext context)
    {
        if (context.Request.ContentLength is null or > MaxBytes) return new(null, Problems.ForStatus(StatusCodes.Status413PayloadTooLarge));
        try
        {
            using var deadline = BodyDeadline.Start(context.RequestServices.GetRequiredService<TimeProvider>());
            var form = await deadline.Within(new ValueTask<IFormCollection>(context.Request.ReadFormAsync(deadline.Token)));
            return form["token"] is [{ } token] ? new(new SignInRequest { Token = token }, null) : new(null, Problems.Invalid("The form must have one field 'token'."));
        }
        catch (InvalidDataException)
        {
            return new(null, Problems.Invalid("The form is not well-formed."));
        }
        catch (BadHttpRequestException bad)
        {
            return new(null, Problems.ForStatus(bad.StatusCode));
        }
    }
}

/// <summary>303: what was asked for is done, and is to be seen there.</summary>
internal sealed class SeeOther(string location) : IResult, IStatusCodeHttpResult
{
    public int? StatusCode => StatusCodes.Status303SeeOther;

    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.StatusCode = StatusCodes.Status303SeeOther;
        httpContext.Response.Headers.Location = location;
        return Task.CompletedTask;
    }
}
