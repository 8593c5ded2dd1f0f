using Descent.Cli;

return Tool.Run(args);
