using ControlPlane.Api.Hosting;

return await ControlPlaneHost.RunAsync(args);
