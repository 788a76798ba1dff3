"""Running the labeler over folders of articles: paths in, one folder of tables out."""
